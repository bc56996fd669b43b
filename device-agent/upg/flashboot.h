/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GYA_UPG_FLASHBOOT_H
#define GYA_UPG_FLASHBOOT_H

enum gya_boot {
	GYA_BOOT_START, /* the application is whole: run it */
	GYA_BOOT_RESET, /* reset the chip, then call again */
	GYA_BOOT_DEAD   /* no application, and nothing left to repair it with */
};

/*
 * One pass of the boot loader over the port given at power-on. Afterwards the module's state is as after a
 * reset, so an application that is started next begins with uapi_upg_init.
 */
enum gya_boot gya_flashboot_run(void);

#endif
