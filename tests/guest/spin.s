# SPDX-License-Identifier: MIT
# A guest without an OS, as a 64 KiB firmware for `qemu-system-x86_64 -M pc -bios`: starts all its CPUs, tells
# so on COM1, and lets each run a little, 20 times a second. The first one looks up each time, echoes what came
# in on COM1, and powers off when the power button was pressed (QMP system_powerdown).
# With --defsym BURN=1 all of them burn their host CPUs instead, without a rest; with --defsym DEAF=1 it does not react to the button; with --defsym OFF=1 it powers off once its CPUs are up; with
# --defsym PLUG=1 it starts CPUs that are plugged, and lets go of those that shall be unplugged, as an ACPI OS does.

	.set ROM, 0xf0000	# where the image is seen below 1 MiB
	.set UP, 0x500		# RAM: how many CPUs run
	.set STACKS, 0x10000	# RAM: the end of the first CPU's stack; those of the others are above it
	.set STACK_SIZE, 0x100
	.set APIC_EOI, 0xfee000b0
	.set APIC_SPURIOUS, 0xfee000f0
	.set APIC_ICR, 0xfee00300
	.set APIC_TIMER, 0xfee00320
	.set APIC_TIMER_COUNT, 0xfee00380
	.set APIC_TIMER_DIVIDE, 0xfee003e0
	.set TICK, 50000000	# of QEMU's 1 GHz
	.set TICK_VECTOR, 32
	.set COM1, 0x3f8
	.set PM, 0xb000		# I/O ports of the PIIX4's power management: status, enable, control
	.set PM1_EN, PM + 2
	.set PM1_CNT, PM + 4
	.set POWER_BUTTON, 1 << 8
	.set SLEEP, 1 << 13	# with sleep type 0: off
	.set HOTPLUG, 0xaf00	# of CPUs. Source: QEMU docs/specs/acpi_cpu_hotplug.rst
	.set HOTPLUG_CPUS, 8	# at most
	.set PIIX4_PM, 0x80000b00	# PCI configuration address of 0:1.3

	.code16
# Must be at offset 0: a start-up interrupt with vector 0xf0 begins here.
other_cpu:
	movl $ROM + other_cpu_32, %ebx
	jmp protected_mode

first_cpu:
	movl $ROM + first_cpu_32, %ebx
protected_mode:
	cli
	movw $0xf000, %ax	# where the image is seen, whichever way it came here
	movw %ax, %ds
	lgdtl gdt_pointer
	lidtl idt_pointer
	movl %cr0, %eax
	orb $1, %al
	movl %eax, %cr0
	ljmpl $8, $ROM + protected_mode_32

	.code32
protected_mode_32:
	movw $16, %ax
	movw %ax, %ds
	movw %ax, %es
	movw %ax, %ss
	jmp *%ebx

other_cpu_32:
	movl $1, %eax
	lock xaddl %eax, UP
	imull $STACK_SIZE, %eax
	leal STACKS(%eax), %esp
	call ticks_start
1:	call run_a_little
	jmp 1b

first_cpu_32:
	movl $STACKS, %esp
	movl $1, UP
	call ticks_start
	call power_management_enable
	call serial_setup
	call cpus_start
	call cpus_tell
	.ifdef OFF
	jmp power_off
	.endif

	.ifdef PLUG
	movw $HOTPLUG, %dx	# not as before QEMU 2.7
	xorl %eax, %eax
	outl %eax, %dx
	.endif

main_loop:
	call run_a_little
	call serial_echo
	.ifdef PLUG
	call hotplug_look
	.endif
	.ifndef DEAF
	movw $PM, %dx
	inw %dx, %ax
	testw $POWER_BUTTON, %ax
	jnz power_off
	.endif
	jmp main_loop

power_off:
	movw $PM1_CNT, %dx
	movw $SLEEP, %ax
	outw %ax, %dx
1:	hlt
	jmp 1b

	.ifdef PLUG
hotplug_look:
	xorl %edi, %edi
1:	movw $HOTPLUG, %dx	# select
	movl %edi, %eax
	outl %eax, %dx
	movw $HOTPLUG + 4, %dx	# flags
	inb %dx, %al
	testb $2, %al
	jnz cpu_has_come
	testb $4, %al
	jnz cpu_shall_go
2:	incl %edi
	cmpl $HOTPLUG_CPUS, %edi
	jb 1b
	ret

# Seen, and told (_OST): no error. Then it starts; those that run already don't care.
cpu_has_come:
	movb $2, %al
	outb %al, %dx
	incw %dx	# command: event
	movb $1, %al
	outb %al, %dx
	movw $HOTPLUG + 8, %dx
	movl $1, %eax
	outl %eax, %dx
	movw $HOTPLUG + 5, %dx	# command: status
	movb $2, %al
	outb %al, %dx
	movw $HOTPLUG + 8, %dx
	xorl %eax, %eax
	outl %eax, %dx
	movl $0x000c46f0, APIC_ICR
	jmp 2b

cpu_shall_go:
	movb $4, %al
	outb %al, %dx
	movb $8, %al	# ejected
	outb %al, %dx
	jmp 2b
	.endif

# A moment of work, and a rest until this CPU's next tick.
run_a_little:
	.ifdef BURN
	jmp spin_a_while
	.endif
	movl $1 << 14, %ecx
1:	decl %ecx
	jnz 1b
	sti
	hlt
	cli
	ret

ticks_start:
	movl $0x100 | 255, APIC_SPURIOUS	# the APIC is on
	movl $0xb, APIC_TIMER_DIVIDE		# by 1
	movl $1 << 17 | TICK_VECTOR, APIC_TIMER	# periodic
	movl $TICK, APIC_TIMER_COUNT
	ret

# Not iret, which some KVMs emulate, and can't in protected mode. The flags may go: cli comes next.
tick:
	movl $0, APIC_EOI
	ret $8

# A few milliseconds, more under emulation.
spin_a_while:
	movl $1 << 20, %ecx
1:	decl %ecx
	jnz 1b
	ret

# PCI configuration of the PIIX4: eax = register, ebx = value.
pci_write:
	orl $PIIX4_PM, %eax
	movw $0xcf8, %dx
	outl %eax, %dx
	movw $0xcfc, %dx
	movl %ebx, %eax
	outl %eax, %dx
	ret

power_management_enable:
	movl $0x40, %eax	# PMBA
	movl $PM + 1, %ebx
	call pci_write
	movl $0x80, %eax	# PMREGMISC: ports on
	movl $1, %ebx
	call pci_write
	.ifndef DEAF
	movw $PM1_EN, %dx
	movw $POWER_BUTTON, %ax
	outw %ax, %dx
	.endif
	ret

# The firmware configuration device says how many there are; each counts itself. Asked again until all have.
cpus_start:
	movw $0x510, %dx
	movw $5, %ax
	outw %ax, %dx
	incw %dx
	inb %dx, %al
	movb %al, %bl
	inb %dx, %al
	movb %al, %bh
	movl $0x000c4500, APIC_ICR	# INIT to all but itself
1:	call spin_a_while
	movzwl %bx, %ebx
	cmpl %ebx, UP
	jae 2f
	movl $0x000c46f0, APIC_ICR	# start-up at page 0xf0
	jmp 1b
2:	ret

cpus_tell:
	movl $ROM + text_before, %esi
	call serial_text
	movl UP, %eax
	xorl %edi, %edi
	movl $10, %ebx
1:	xorl %edx, %edx
	divl %ebx
	pushl %edx
	incl %edi
	testl %eax, %eax
	jnz 1b
2:	popl %eax
	addb $'0', %al
	call serial_put
	decl %edi
	jnz 2b
	movl $ROM + text_after, %esi
	jmp serial_text

serial_setup:
	movl $ROM + serial_setting, %esi
	movl $5, %ecx
1:	lodsw
	movzbl %al, %edx
	addw $COM1, %dx
	movb %ah, %al
	outb %al, %dx
	loop 1b
	ret

# esi = text that ends with a zero byte
serial_text:
	lodsb
	testb %al, %al
	jz 1f
	call serial_put
	jmp serial_text
1:	ret

# al = byte; a port that isn't there reads as ready
serial_put:
	movb %al, %ah
	movw $COM1 + 5, %dx
1:	inb %dx, %al
	testb $0x20, %al
	jz 1b
	movw $COM1, %dx
	movb %ah, %al
	outb %al, %dx
	ret

serial_echo:
	movw $COM1 + 5, %dx
	inb %dx, %al
	cmpb $0xff, %al		# no such port
	je 1f
	testb $1, %al
	jz 1f
	movw $COM1, %dx
	inb %dx, %al
	call serial_put
	jmp serial_echo
1:	ret

text_before:
	.asciz "spin: "
text_after:
	.asciz " cpus up\r\n"
serial_setting:		# register, value: 115200 baud, 8 bits, no interrupts
	.byte 1, 0, 3, 0x80, 0, 1, 3, 3, 4, 3

	.balign 8
gdt:	.quad 0
	.quad 0x00cf9b000000ffff	# code and data: all 4 GiB
	.quad 0x00cf93000000ffff
gdt_pointer:
	.word . - gdt - 1
	.long ROM + gdt
	.balign 8
idt:	.fill TICK_VECTOR, 8, 0
	.word tick, 8, 0x8e00, ROM >> 16	# an interrupt gate
	.set IDT_SIZE, . - idt
idt_pointer:
	.word IDT_SIZE - 1
	.long ROM + idt

	.code16
	.org 0xfff0		# where a CPU begins
	ljmpw $0xf000, $first_cpu
	.org 0x10000
