# cmake -DOUT=FILE -DROOT=FOLDER -P EmbedBinaries.cmake
# Writes an assembler file with the bytes of every file in the folders of ROOT, in the order of their names: a table
# qarium_binaries of {"folder/file", first byte, past the last}, ended by a name of 0.
file(GLOB files ${ROOT}/*/*)
list(SORT files)
set(bytes ".section .rodata\n")
set(table ".section .data.rel.ro,\"aw\"\n.balign 8\n.global qarium_binaries\nqarium_binaries:\n")
set(i 0)
foreach(file ${files})
  file(RELATIVE_PATH name ${ROOT} ${file})
  string(APPEND bytes ".Lname${i}: .asciz \"${name}\"\n.balign 64\n.Lfirst${i}: .incbin \"${file}\"\n.Llast${i}:\n")
  string(APPEND table ".quad .Lname${i}, .Lfirst${i}, .Llast${i}\n")
  math(EXPR i "${i} + 1")
endforeach()
file(WRITE ${OUT} "${bytes}${table}.quad 0, 0, 0\n.section .note.GNU-stack,\"\",%progbits\n")
