# uses: part/stream
# if weighs_states
# uses: part/critic_attention
# end
class Head(nn.Module):
# if weighs_states
    """Logits of the $actions actions, and V(s) behind them, each stream with its own layers. V weighs the last
    $critic_window states of the episode, which are the state that it carries."""

    STATE = CriticAttention.STATE
# else
    """Logits of the $actions actions, and V(s) behind them, each stream with its own layers."""
# end

    def __init__(self):
        super().__init__()
        self.policy = Stream($head_widths, $head_outputs)
        self.value = Stream($head_widths, 1)
# if weighs_states
        self.critic = CriticAttention()

    def initial_state(self, batch):
        return self.critic.initial_state(batch)

    def forward(self, x, state):
# if per_action
        # Each action's vector goes through the same layers; V comes from their mean.
        logits, x = self.policy(x).squeeze(2), x.mean(1)
# else
        logits = self.policy(x)
# end
        weights, state = self.critic(x, state)
        values = self.value(state[0]).squeeze(2)
        return torch.cat([logits, (weights * values).sum(1, keepdim=True)], 1), state
# else

    def forward(self, x):
# if per_action
        # Each action's vector goes through the same layers; V comes from their mean.
        return torch.cat([self.policy(x).squeeze(2), self.value(x.mean(1))], 1)
# else
        return torch.cat([self.policy(x), self.value(x)], 1)
# end
# end
