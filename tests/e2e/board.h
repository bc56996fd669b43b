// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gio/gio.h>

/*
 * Boards for end to end tests: `gantry-sim` as a process of its own, with its flash in a file of the test's own folder.
 * Everything fails the test by itself when it does not work.
 */
typedef struct {
	char *folder;
	char *flash;   /* path of the flash file */
	char *port;    /* for gy_transport_new() and --port */
	char *address; /* the link or socket that the board is told to offer */
	char *application;
	char *root_key;      /* NULL: it keeps none */
	const char *kind;    /* --board; NULL: a WS63 */
	const char *version; /* of what it runs first */
	gsize flash_size;
	gboolean is_pty;
	guint baud; /* of the board; 0: its default, without pacing on a socket */
	GSubprocess *process;
} Board;

/** board_new: a folder, and a flash to be made with the test root key and @application (a file of the vectors). */
Board *board_new(const char *application, gboolean is_pty);

/** board_new_hota: the same of a board with the Hota API, which runs @kernel as @version and keeps a key of the vectors. */
Board *board_new_hota(
	const char *kind, GBytes *kernel, const char *version, const char *public_key, gboolean is_pty);

/** board_new_liteos: of a board with LiteOS_Lab's OTA, which keeps no key. */
Board *board_new_liteos(GBytes *application, const char *version, gboolean is_pty);

/** board_new_alios: of a board of AliOS Things; @application has its trailer. @version "": what stands in it. */
Board *board_new_alios(const char *kind, GBytes *application, const char *version, gboolean is_pty);

/** board_start: runs the board on its flash with more @options (NULL-terminated, may be NULL); waits until it is ready. */
void board_start(Board *board, const char *const *options);

/** board_stop: ends it as a user would; board_kill: pulls its power. */
void board_stop(Board *board);
void board_kill(Board *board);

/** board_wait_dead: waits for a board that was told to die. */
void board_wait_dead(Board *board);

/** board_flash_bytes: (transfer full): what the flash file holds now. */
GBytes *board_flash_bytes(Board *board);

void board_free(Board *board);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Board, board_free)

/** vector_path: (transfer full): a file below tests/vectors/ws63. */
char *vector_path(const char *name);
/** vector_bytes: (transfer full): its content. */
GBytes *vector_bytes(const char *name);

/** The 4 MiB board in the compressed layout, spec 4.1. */
#define STORAGE_ADDRESS     0x270000u
#define STORAGE_SIZE        0x183000u
#define APPLICATION_ADDRESS 0x030000u
#define FLAGS_ADDRESS       (STORAGE_ADDRESS + STORAGE_SIZE - 0x1000u)
