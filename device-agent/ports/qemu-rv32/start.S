/* SPDX-License-Identifier: Apache-2.0 */
/* Out of reset: one hart, machine mode, nothing in RAM but the image and what was kept. */

	.section .start, "ax"
	.globl start
start:
	csrw	mie, zero
	csrci	mstatus, 8
	csrr	t0, mhartid
	bnez	t0, park

	.option push
	.option norelax
	la	gp, __global_pointer$
	.option pop
	la	sp, stack_end
	la	t0, trap
	csrw	mtvec, t0

	la	t0, bss_start
	la	t1, bss_end
1:	bgeu	t0, t1, 2f
	sw	zero, 0(t0)
	addi	t0, t0, 4
	j	1b

	/* paint, to see later how far the stack went */
2:	la	t0, stack_start
	li	t1, 0x5AC35AC3
3:	bgeu	t0, sp, 4f
	sw	t1, 0(t0)
	addi	t0, t0, 4
	j	3b

4:	call	main
park:
	wfi
	j	park
