# A boot sector that shows whether an accelerator really runs a guest: into long mode, a loop of 100 million rounds
# (0.05 s on KVM, 1 s in QEMU's own translator), then 0x2a to the isa-debug-exit device, which ends QEMU with 2*0x2a+1 = 85.
#   as -o kvm-probe.o kvm-probe.S && ld -m elf_x86_64 -Ttext 0x7c00 --oformat binary -o kvm-probe.bin kvm-probe.o
.code16
.globl _start
_start:
  cli
  xor %ax,%ax
  mov %ax,%ds
  mov %ax,%es
  mov %ax,%ss
  mov $0x7c00,%sp
  # identity-mapped page tables: PML4 at 0x1000, PDPT at 0x2000, one 2 MiB page in the directory at 0x3000
  mov $0x1000,%di
  xor %eax,%eax
  mov $0xc00,%cx
  cld
  rep stosl
  movl $0x2003,0x1000
  movl $0x3003,0x2000
  movl $0x83,0x3000
  mov %cr4,%eax
  or $0x20,%eax
  mov %eax,%cr4
  mov $0x1000,%eax
  mov %eax,%cr3
  mov $0xC0000080,%ecx
  rdmsr
  or $0x100,%eax
  wrmsr
  lgdt gdtr
  mov %cr0,%eax
  or $0x80000001,%eax
  mov %eax,%cr0
  ljmp $8,$long_mode
.code64
long_mode:
  mov $0x10,%ax
  mov %ax,%ds
  mov $100000000,%rcx
1:
  dec %rcx
  jnz 1b
  mov $0xf4,%dx
  mov $0x2a,%al
  outb %al,%dx
2:
  hlt
  jmp 2b
.balign 8
gdt:
  .quad 0
  .quad 0x00209a0000000000
  .quad 0x0000920000000000
gdtr:
  .word . - gdt - 1
  .long gdt
.org 510
.word 0xaa55
