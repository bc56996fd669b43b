/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GYW_MESSAGE_H
#define GYW_MESSAGE_H

#include <stdbool.h>
#include <stdint.h>

#include "protocol/wire/bytes.h"

/*
 * The messages of the link, their numbers and their bodies; PROTOCOL.md has the rules around them. Numbers are for
 * ever: append only. Bodies grow at the end or by TLV; decoders skip what they do not know.
 *
 * A body begins with words (u32, little endian); bytes and TLVs follow. The structs begin with the same words in the
 * same order, so that they are read and written as one (gyw_get_words, gyw_write_words); GYW_WORDS counts them.
 */

#define GYW_PROTOCOL 1u

enum gyw_type {
	/* host to device */
	GYW_HELLO = 0x01,
	GYW_AUTH = 0x02,
	GYW_SPEED = 0x03,
	GYW_ECHO = 0x04,
	GYW_PING = 0x05,
	GYW_BEGIN = 0x06,
	GYW_MANIFEST = 0x07,
	GYW_DATA = 0x08,
	GYW_FINISH = 0x09,
	GYW_ARM = 0x0A,
	GYW_DISARM = 0x0B,
	GYW_RESET = 0x0C,
	GYW_CONFIRM = 0x0D,
	GYW_STATUS = 0x0E,
	GYW_HASH = 0x0F,
	GYW_READ = 0x10,
	GYW_REGION = 0x11,
	GYW_SELFTEST = 0x12,
	GYW_CANCEL = 0x13,

	/* device to host: answers */
	GYW_INFO = 0x81,
	GYW_ACK = 0x82,
	GYW_CHALLENGE = 0x83,
	GYW_ECHOED = 0x84,
	GYW_READY = 0x85,
	GYW_DATA_ACK = 0x86,
	GYW_VERIFIED = 0x87,
	GYW_STATUS_IS = 0x88,
	GYW_HASH_IS = 0x89,
	GYW_READ_DATA = 0x8A,
	GYW_REGION_IS = 0x8B,

	/* device to host: why not, not yet, and unasked */
	GYW_REFUSED = 0xC0,
	GYW_FAILED = 0xC1,
	GYW_BUSY = 0xC2,
	GYW_GONE = 0xC3,
	GYW_UNKNOWN = 0xC4,
	GYW_PROGRESS = 0xC5,
	GYW_LOG = 0xC6
};

/* Our own causes in REFUSED and FAILED. */
enum gyw_cause {
	GYW_CAUSE_NONE = 0,
	/* the session */
	GYW_CAUSE_MALFORMED = 1, /* the message's body */
	GYW_CAUSE_STATE = 2,     /* not now: detail is the state (enum gyw_state) */
	GYW_CAUSE_BUSY = 3,    /* another session has the device: detail is how long it has been idle, in s */
	GYW_CAUSE_MODE = 4,    /* this mode is not offered */
	GYW_CAUSE_TARGET = 5,  /* no such target or area, or it is closed */
	GYW_CAUSE_RANGE = 6,   /* offset or length: detail is the bound */
	GYW_CAUSE_LOCKED = 7,  /* AUTH is needed */
	GYW_CAUSE_PREPARE = 8, /* the backend could not prepare */
	GYW_CAUSE_STORE = 9,   /* the backend could not store: detail is the offset */
	GYW_CAUSE_READ = 10,   /* the backend could not read: detail is the offset */
	GYW_CAUSE_HASH = 11,   /* what is stored is not what was announced */
	GYW_CAUSE_VERIFY = 12, /* the device's own verification said no */
	GYW_CAUSE_DISARM = 13,
	GYW_CAUSE_RESET = 14,       /* the reset did not happen */
	GYW_CAUSE_NOT_OFFERED = 15, /* the backend does not have this operation */
	GYW_CAUSE_ERASE = 16,       /* it erases what runs, and the host did not say that it may */

	/* the package; detail is the image id or the offset that it is about */
	GYW_CAUSE_PACKAGE = 32,       /* not a package of this system */
	GYW_CAUSE_BURN = 33,          /* a burn container */
	GYW_CAUSE_LAYOUT = 34,        /* a field, size or address: detail is its offset */
	GYW_CAUSE_UNSIGNED = 35,      /* neither signature nor digest */
	GYW_CAUSE_NOT_AUTHENTIC = 36, /* digests where signatures are required */
	GYW_CAUSE_UNTRUSTED_KEY = 37, /* the root of the chain is not this device's */
	GYW_CAUSE_SIGNATURE = 38,     /* a signature further down */
	GYW_CAUSE_TABLE_HASH = 39,
	GYW_CAUSE_HEADER_HASH = 40,
	GYW_CAUSE_DATA_HASH = 41,
	GYW_CAUSE_UNKNOWN_IMAGE = 42,
	GYW_CAUSE_DUPLICATE_IMAGE = 43,
	GYW_CAUSE_TOO_LARGE = 44,           /* for the storage: detail is the storage's size */
	GYW_CAUSE_TOO_LARGE_PARTITION = 45, /* detail is the image id */
	GYW_CAUSE_HARDWARE = 46,            /* detail is the device's hardware id */
	GYW_CAUSE_ROLLBACK = 47,            /* detail is the lowest version taken */
	GYW_CAUSE_FLAGS = 48,       /* stored in a way that the device cannot undo: detail is the image id */
	GYW_CAUSE_COMPRESSION = 49, /* does not expand to the image: detail is how far it came */
	GYW_CAUSE_OLD_IMAGE = 50,   /* a difference to another image than runs: detail is that one's size */
	GYW_CAUSE_DECODER = 51      /* no decoder for it: another compression, or a larger window */
};

enum gyw_mode { GYW_MODE_PACKAGE = 1, GYW_MODE_REGION = 2, GYW_MODE_RAW = 3 };

/* What the device is doing with its session. */
enum gyw_state {
	GYW_STATE_IDLE = 0,
	GYW_STATE_MANIFEST = 1, /* waits for the manifest */
	GYW_STATE_PREPARING = 2,
	GYW_STATE_RECEIVING = 3,
	GYW_STATE_FINISHING = 4,
	GYW_STATE_VERIFIED = 5,
	GYW_STATE_ARMING = 6,
	GYW_STATE_ARMED = 7,
	GYW_STATE_RESETTING = 8
};

enum gyw_reset_cause {
	GYW_RESET_UNKNOWN = 0,
	GYW_RESET_POWER = 1,
	GYW_RESET_SOFTWARE = 2,
	GYW_RESET_WATCHDOG = 3,
	GYW_RESET_PIN = 4
};

/* Bits of INFO's capabilities. */
#define GYW_CAN_READ_BACK     0x0001u /* VERIFIED is over bytes read back from flash */
#define GYW_CAN_RESUME_RESET  0x0002u /* a transfer goes on after a reset of the device */
#define GYW_DEAF_WHILE_STORES 0x0004u /* the port cannot receive while it stores */
#define GYW_NEEDS_AUTH        0x0008u
#define GYW_CAN_SPEED         0x0010u
#define GYW_CAN_DISARM        0x0020u
#define GYW_ARMING_RESETS     0x0040u /* ARM only checks; RESET arms and resets */
#define GYW_CAN_RAW_COMPRESS  0x0080u /* takes BEGIN's tag EXPANDED */
#define GYW_CAN_ENVELOPES     0x0100u /* its loader knows differences in an envelope (envelope.h) */
#define GYW_ON_TRIAL          0x0200u /* what runs goes, after some starts, unless CONFIRM keeps it */

/* Tags of INFO. */
enum gyw_info_tag {
	GYW_INFO_CHIP = 1,        /* text */
	GYW_INFO_BOARD = 2,       /* text */
	GYW_INFO_DEVICE_ID = 3,   /* up to 16 bytes */
	GYW_INFO_HARDWARE_ID = 4, /* u32 */
	GYW_INFO_ROOT_KEY = 5,    /* SHA-256 of the root key as the chip keeps it */
	GYW_INFO_DIGEST = 6,      /* SHA-256 of the running image */
	GYW_INFO_VERSION = 7,     /* text */
	GYW_INFO_VERSION_EXT = 8, /* u32 */
	GYW_INFO_IMAGE = 9,       /* struct gyw_info_image; repeated */
	GYW_INFO_RESULT = 10,     /* struct gyw_info_result */
	GYW_INFO_SPEEDS = 11,     /* u32 each */
	GYW_INFO_TIMES = 12,      /* u32 ms each: worst prepare, store of one piece, finish, install */
	GYW_INFO_REGIONS = 13,    /* u32 running, then u32 size each */
	GYW_INFO_BACKEND = 14,    /* u8 id, text; repeated */
	GYW_INFO_CHECK = 15       /* struct gyw_info_check: the self-test that was the last thing here */
};

/* Tags of BEGIN, for backends that need to know more. */
enum gyw_begin_tag {
	GYW_BEGIN_VERSION = 1,
	GYW_BEGIN_OLD_SIZE = 2,
	GYW_BEGIN_OLD_SHA256 = 3,
	GYW_BEGIN_HOTA_TYPE =
		4, /* u8: 0 a package of the device's own kind, with GYW_TARGET_CUSTOM; 1 the default */
	GYW_BEGIN_ALIOS_TYPE =
		5, /* u8: 0 an image with its trailer, 1 a difference; AliOS has the next ones, too */
	GYW_BEGIN_SLICE_SIZE = 6, /* u32, of a difference */
	GYW_BEGIN_DIGEST = 7,     /* that is announced of the whole file: SHA-256, or MD5 */
	GYW_BEGIN_SIGNATURE = 8,  /* of that: 256 bytes in two tags, as a tag has at most 255 */
	GYW_BEGIN_EXPANDED = 9    /* u32 length, SHA-256: what is sent is an LZ4 block of this image */
};

#define GYW_BEGIN_FROM_ZERO 0x01u
/* Of a package of the device's own kind, so that neither kind goes on where the other stopped. */
#define GYW_TARGET_CUSTOM 1u

#define GYW_NONCE_SIZE    16u
/* CHALLENGE's body, and AUTH's when it answers one: ECDSA on brainpoolP256r1, r then s, 32 bytes each, big endian. */
#define GYW_CHALLENGE_SIZE 32u
#define GYW_SIGNATURE_SIZE 64u
/* What is signed is the SHA-256 of: this text without its zero, the device id, HELLO's nonce, CHALLENGE's. */
#define GYW_AUTH_TEXT "gantry-auth"
/* SPEED's body is the rate as u32; ECHO's is what comes back, and the host proves a new rate with this many bytes. */
#define GYW_ECHO_SIZE   256u
#define GYW_MAX_TEXT    32u
#define GYW_MAX_VERSION 112u
#define GYW_MAX_IMAGES  8u
#define GYW_MAX_SPEEDS  8u
#define GYW_MAX_REGIONS 2u
#define GYW_MAX_MISSING 8u
#define GYW_MAX_ID      16u

/* Worst times of the device, ms. */
enum gyw_time { GYW_TIME_PREPARE, GYW_TIME_STORE, GYW_TIME_FINISH, GYW_TIME_INSTALL, GYW_N_TIMES };

/* How many words stand in front of `member`. */
#define GYW_WORDS(type, member) ((uint32_t) offsetof(struct type, member) / 4u)
#define GYW_ALL_WORDS(type)     ((uint32_t) sizeof(struct type) / 4u)

/* ---- requests ---- */

/* The only body without words, so that its bytes meet a shell without a control character. */
struct gyw_hello {
	uint8_t protocol_min;
	uint8_t protocol_max;
	uint16_t flags; /* 0 */
	uint8_t nonce[GYW_NONCE_SIZE];
};
#define GYW_HELLO_SIZE     20u
#define GYW_HELLO_NONCE_AT 4u

/* The session is the frame's. */
struct gyw_begin {
	uint32_t flags;
	uint32_t mode;   /* enum gyw_mode */
	uint32_t target; /* of region and raw mode; of a package 0, or GYW_TARGET_CUSTOM */
	uint32_t length;
	uint8_t sha256[32];
	const uint8_t *tlvs; /* in the frame */
	uint32_t tlvs_size;
};

struct gyw_manifest {
	uint32_t offset;
	uint32_t total;
	const uint8_t *bytes;
	uint32_t size;
};

struct gyw_data {
	uint32_t offset;
	const uint8_t *bytes;
	uint32_t size;
};

/* HASH and READ. READ_DATA has a gyw_data body: as many bytes as fit a frame; HASH_IS is a plain SHA-256. */
struct gyw_area {
	uint32_t area; /* partition id */
	uint32_t offset;
	uint32_t length;
};

enum gyw_result {
	GYW_OK = 0,
	GYW_E_SHORT = -1, /* the body ends too early */
	GYW_E_RANGE = -2  /* a value that cannot be */
};

/* ---- answers ---- */

/* The values of INFO's tags IMAGE, RESULT and TIMES, as they stand on the line. */
struct gyw_info_image {
	uint32_t id;
	uint32_t partition;
	uint32_t size;
	uint32_t lowest_version;
};

struct gyw_info_result {
	uint32_t result; /* both the backend's */
	uint32_t status;
};

/* Where a self-test stopped, and why. */
enum gyw_check_step {
	GYW_CHECK_PASSED = 0,
	GYW_CHECK_RECORD = 1,     /* both copies of the record that the loader goes by */
	GYW_CHECK_FILL = 2,       /* each area written and read */
	GYW_CHECK_NEIGHBOURS = 3, /* all of them read again: none has been changed with another */
	GYW_CHECK_BACKUP = 4,     /* the running image's area to its copy */
	GYW_CHECK_RECOVER = 5,    /* and back */
	GYW_CHECK_COPY = 6,       /* the package's area to the running image's */
	GYW_CHECK_PATCH = 7,      /* a small difference applied */
	GYW_CHECK_STEPS
};

enum gyw_check_what {
	GYW_CHECK_DIFFERS = 0, /* what was read is not what had been written */
	GYW_CHECK_ERASE = 1,   /* a call of the device's own went wrong */
	GYW_CHECK_WRITE = 2,
	GYW_CHECK_FLUSH = 3,
	GYW_CHECK_READ = 4,
	GYW_CHECK_SIZE = 5, /* an area is too small for another: `expected` and `found` are sizes */
	GYW_CHECK_APPLY = 6 /* the patcher's own code is in `found` */
};

struct gyw_info_check {
	uint32_t seed;   /* of the pattern that was written */
	uint32_t step;   /* enum gyw_check_step; after PASSED the rest is 0 */
	uint32_t what;   /* enum gyw_check_what */
	uint32_t area;   /* of LiteOS: 0 running, 1 download, 2 backup, 3 flag, 4 flag backup */
	uint32_t offset; /* in the area */
	uint32_t expected;
	uint32_t found;
};

/* SELFTEST's words. */
struct gyw_selftest {
	uint32_t flags; /* GYW_SELFTEST_ERASE, or it is refused */
	uint32_t seed;
};
#define GYW_SELFTEST_ERASE 1u

/* INFO's words; HELLO's nonce and TLVs follow. */
struct gyw_info_head {
	uint32_t protocol;
	uint32_t protocol_max;
	uint32_t capabilities;
	uint32_t mtu;
	uint32_t window;
	uint32_t storage_size;
	uint32_t uptime_ms;
	uint32_t last_session;
	uint32_t reset_cause; /* enum gyw_reset_cause */
	uint32_t boot_baud;
};

struct gyw_info {
	/* as in struct gyw_info_head */
	uint32_t protocol;
	uint32_t protocol_max;
	uint32_t capabilities;
	uint32_t mtu;
	uint32_t window;
	uint32_t storage_size;
	uint32_t uptime_ms;
	uint32_t last_session;
	uint32_t reset_cause;
	uint32_t boot_baud;
	uint8_t nonce[GYW_NONCE_SIZE];

	/* TLVs; a has_ is false where the device did not say */
	char chip[GYW_MAX_TEXT + 1];
	char board[GYW_MAX_TEXT + 1];
	char version[GYW_MAX_VERSION + 1];
	uint8_t device_id[GYW_MAX_ID];
	uint8_t device_id_size;
	bool has_hardware_id;
	uint32_t hardware_id;
	bool has_root_key;
	uint8_t root_key[32];
	bool has_digest;
	uint8_t digest[32];
	bool has_version_ext;
	uint32_t version_ext;
	uint8_t n_images;
	struct gyw_info_image images[GYW_MAX_IMAGES];
	bool has_result;
	uint32_t result;
	uint32_t status;
	uint8_t n_speeds;
	uint32_t speeds[GYW_MAX_SPEEDS];
	uint32_t times_ms[GYW_N_TIMES];
	uint8_t n_regions;
	uint32_t run_region;
	uint32_t regions[GYW_MAX_REGIONS];
	bool has_check;
	struct gyw_info_check check;
	uint8_t backend_id;
	char backend[GYW_MAX_TEXT + 1];
};

struct gyw_ready {
	uint32_t next;          /* offset of the first byte the device does not have */
	uint32_t limit;         /* absolute end of what it takes now */
	uint32_t manifest_most; /* 0: none is wanted; else the largest it can hold */
};

struct gyw_missing {
	uint32_t from;
	uint32_t to;
};

struct gyw_data_ack {
	uint32_t next;   /* all before it is received */
	uint32_t stored; /* all before it is stored */
	uint32_t limit;  /* absolute; never moves back */
	uint32_t n_missing;
	struct gyw_missing missing[GYW_MAX_MISSING]; /* in order; as many on the line as are counted */
};

struct gyw_verified {
	uint32_t length;
	uint32_t read_back; /* 0: over the bytes handed to the store */
	uint8_t sha256[32];
};

struct gyw_status {
	uint32_t state; /* enum gyw_state */
	uint32_t next;
	uint32_t stored;
	uint32_t uptime_ms;
};

/* REFUSED and FAILED. */
struct gyw_refusal {
	uint32_t operation; /* enum gyw_type of the request */
	uint32_t backend;   /* id of the backend that said so, 0: the agent */
	uint32_t cause;     /* enum gyw_cause */
	uint32_t code;      /* of the device's own API, unchanged */
	uint32_t detail;    /* see the cause */
};

#define GYW_BUSY_DEAF GYW_DEAF_WHILE_STORES

struct gyw_busy {
	uint32_t operation;
	uint32_t flags;
	uint32_t at_most_ms; /* until the next sign of life */
	uint32_t done;       /* of total; both 0 if unknown */
	uint32_t total;
};

/* ---- device side: request-decode.c, reply-encode.c ---- */

#define GYW_BEGIN_FIXED    48u
#define GYW_MANIFEST_FIXED 8u
#define GYW_DATA_FIXED     4u

enum gyw_result gyw_hello_decode(struct gyw_hello *out, const uint8_t *body, uint32_t size);
enum gyw_result gyw_begin_decode(struct gyw_begin *out, const uint8_t *body, uint32_t size);
enum gyw_result gyw_manifest_decode(struct gyw_manifest *out, const uint8_t *body, uint32_t size);
enum gyw_result gyw_data_decode(struct gyw_data *out, const uint8_t *body, uint32_t size);
enum gyw_result gyw_area_decode(struct gyw_area *out, const uint8_t *body, uint32_t size);

void gyw_ready_encode(struct gyw_writer *w, const struct gyw_ready *ready);
void gyw_data_ack_encode(struct gyw_writer *w, const struct gyw_data_ack *ack);
void gyw_verified_encode(struct gyw_writer *w, const struct gyw_verified *verified);
void gyw_status_encode(struct gyw_writer *w, const struct gyw_status *status);
void gyw_refusal_encode(struct gyw_writer *w, const struct gyw_refusal *refusal);
void gyw_busy_encode(struct gyw_writer *w, const struct gyw_busy *busy);

/* ---- host side: request-encode.c, reply-decode.c ---- */

void gyw_hello_encode(struct gyw_writer *w, const struct gyw_hello *hello);
void gyw_begin_encode(struct gyw_writer *w, const struct gyw_begin *begin);
void gyw_manifest_encode(struct gyw_writer *w, const struct gyw_manifest *manifest);
void gyw_data_encode(struct gyw_writer *w, const struct gyw_data *data);
void gyw_area_encode(struct gyw_writer *w, const struct gyw_area *area);

enum gyw_result gyw_info_decode(struct gyw_info *out, const uint8_t *body, uint32_t size);
enum gyw_result gyw_ready_decode(struct gyw_ready *out, const uint8_t *body, uint32_t size);
enum gyw_result gyw_data_ack_decode(struct gyw_data_ack *out, const uint8_t *body, uint32_t size);
enum gyw_result gyw_verified_decode(struct gyw_verified *out, const uint8_t *body, uint32_t size);
enum gyw_result gyw_status_decode(struct gyw_status *out, const uint8_t *body, uint32_t size);
enum gyw_result gyw_refusal_decode(struct gyw_refusal *out, const uint8_t *body, uint32_t size);
enum gyw_result gyw_busy_decode(struct gyw_busy *out, const uint8_t *body, uint32_t size);

#endif
