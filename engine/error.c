// SPDX-License-Identifier: Apache-2.0
#include "engine/error.h"

#include <gio/gio.h>
#include <glib/gi18n-lib.h>

#include "protocol/host/error.h"

G_DEFINE_QUARK(gy_error_quark, gy_error)

/* What a caller of the program sees in `$?`; the meanings are part of the product. */
enum exit_status {
	EXIT_HOST = 1,
	EXIT_USAGE = 2,
	EXIT_PACKAGE = 3,
	EXIT_KEY = 4,
	EXIT_LINK = 5,
	EXIT_REFUSED = 6,
	EXIT_UPGRADE = 7,
	EXIT_SOME = 8,
	EXIT_INTERRUPTED = 130,
};

static const struct {
	const char *word;
	enum exit_status status;
	const char *next_step;
} table[GY_N_ERRORS] = {
	[GY_ERROR_INTERNAL] = {"internal/error", EXIT_HOST,
		N_("Please report this, with the command that led to it")},
	[GY_ERROR_CANCELLED] = {"job/cancelled", EXIT_INTERRUPTED, NULL},

	[GY_ERROR_FILE_NOT_FOUND] = {"file/not-found", EXIT_PACKAGE, N_("Check the path")},
	[GY_ERROR_FILE_NOT_REGULAR] = {"file/not-regular", EXIT_PACKAGE,
		N_("Name a file, not a folder or a device")},
	[GY_ERROR_FILE_EMPTY] = {"file/empty", EXIT_PACKAGE,
		N_("Check the step that should have written the file")},
	[GY_ERROR_FILE_TOO_LARGE] = {"file/too-large", EXIT_PACKAGE, N_("Check that it is the right file")},
	[GY_ERROR_FILE_UNREADABLE] = {"file/unreadable", EXIT_PACKAGE,
		N_("Check the file's permissions and its disk")},
	[GY_ERROR_FILE_NOT_WRITABLE] = {"file/not-writable", EXIT_HOST,
		N_("Choose another name, or a folder that you may write to")},
	[GY_ERROR_FILE_DISK_FULL] = {"file/disk-full", EXIT_HOST, N_("Free some space and try again")},

	[GY_ERROR_CFG_SYNTAX] = {"cfg/syntax", EXIT_PACKAGE, N_("Correct the line that is named")},
	[GY_ERROR_CFG_MISSING] = {"cfg/missing", EXIT_PACKAGE,
		N_("Add what is missing to the configuration")},
	[GY_ERROR_CFG_DUPLICATE] = {"cfg/duplicate", EXIT_PACKAGE, N_("Keep only one of the two")},
	[GY_ERROR_CFG_VALUE] = {"cfg/value", EXIT_PACKAGE, N_("Correct the value that is named")},
	[GY_ERROR_CFG_RULE] = {"cfg/rule", EXIT_PACKAGE,
		N_("Change the configuration or the images that were chosen")},

	[GY_ERROR_IMAGE_HEADER] = {"image/header", EXIT_PACKAGE,
		N_("Take the signed image (*-sign.bin), or make its header with gantry image sign")},
	[GY_ERROR_IMAGE_TRUNCATED] = {"image/truncated", EXIT_PACKAGE, N_("Build or copy the image again")},
	[GY_ERROR_IMAGE_HASH] = {"image/hash", EXIT_PACKAGE,
		N_("Sign the image again after its last change")},
	[GY_ERROR_IMAGE_OTHER_SECTION] = {"image/other-section", EXIT_PACKAGE,
		N_("Give each file to the section that it was built for")},
	[GY_ERROR_IMAGE_COMPRESSION] = {"image/compression", EXIT_PACKAGE, N_("Build the package again")},
	[GY_ERROR_IMAGE_OTHER_OLD] = {"image/other-old", EXIT_PACKAGE,
		N_("Give the image that the difference was made against")},

	[GY_ERROR_PACKAGE_NOT_RECOGNISED] = {"package/not-recognised", EXIT_PACKAGE,
		N_("Check that the file is an upgrade package")},
	[GY_ERROR_PACKAGE_TRUNCATED] = {"package/truncated", EXIT_PACKAGE,
		N_("Build or copy the package again")},
	[GY_ERROR_PACKAGE_MALFORMED] = {"package/malformed", EXIT_PACKAGE, N_("Build the package again")},
	[GY_ERROR_PACKAGE_HASH] = {"package/hash", EXIT_PACKAGE,
		N_("The package changed after it was built: copy or build it again")},
	[GY_ERROR_PACKAGE_UNSIGNED] = {"package/unsigned", EXIT_PACKAGE, N_("Sign it with gantry sign")},
	[GY_ERROR_PACKAGE_SIGNATURE] = {"package/signature", EXIT_PACKAGE, N_("Sign the package again")},
	[GY_ERROR_PACKAGE_UNTRUSTED_KEY] = {"package/untrusted-key", EXIT_PACKAGE,
		N_("Sign the package with the root key that belongs to the board")},
	[GY_ERROR_PACKAGE_NOT_AUTHENTIC] = {"package/not-authentic", EXIT_PACKAGE,
		N_("Take a package that is signed with keys, or sign it")},
	[GY_ERROR_PACKAGE_BURN] = {"package/burn", EXIT_PACKAGE,
		N_("Build an upgrade package from its images, or burn it over the boot ROM with the vendor's "
		   "tool")},
	[GY_ERROR_PACKAGE_UNKNOWN_IMAGE] = {"package/unknown-image", EXIT_PACKAGE,
		N_("Leave out the image that the device does not know")},
	[GY_ERROR_PACKAGE_TOO_LARGE] = {"package/too-large", EXIT_PACKAGE,
		N_("Compress the images, leave one out, or make the firmware smaller")},
	[GY_ERROR_PACKAGE_OTHER_HARDWARE] = {"package/other-hardware", EXIT_PACKAGE,
		N_("Take the package that was built for this board")},
	[GY_ERROR_PACKAGE_ROLLBACK] = {"package/rollback", EXIT_PACKAGE,
		N_("Take a package whose version is not below the device's lowest")},
	[GY_ERROR_PACKAGE_NOT_SUPPORTED] = {"package/not-supported", EXIT_PACKAGE, NULL},

	[GY_ERROR_KEY_NEEDED] = {"key/needed", EXIT_KEY, N_("Name the keys, or ask for an unsigned package")},
	[GY_ERROR_KEY_NOT_FOUND] = {"key/not-found", EXIT_KEY, N_("Check the key's path or URI")},
	[GY_ERROR_KEY_PASSPHRASE] = {"key/passphrase", EXIT_KEY,
		N_("Give the passphrase that belongs to the key")},
	[GY_ERROR_KEY_OTHER_TYPE] = {"key/other-type", EXIT_KEY,
		N_("Use a key of the type that the system needs")},
	[GY_ERROR_KEY_UNUSABLE] = {"key/unusable", EXIT_KEY, N_("Check that the file holds a key")},
	[GY_ERROR_KEY_SIGNER] = {"key/signer", EXIT_KEY,
		N_("Run the command by hand, and look at what it says")},

	[GY_ERROR_DEVICE_REFUSED] = {"device/refused", EXIT_REFUSED, N_("Look at the device's own code")},
	[GY_ERROR_DEVICE_BUSY] = {"device/busy", EXIT_REFUSED,
		N_("Wait until the device is idle, or reset it")},
	[GY_ERROR_DEVICE_UNTRUSTED_KEY] = {"device/untrusted-key", EXIT_REFUSED,
		N_("Sign the package with the root key that belongs to the board")},
	[GY_ERROR_DEVICE_SIGNATURE] = {"device/signature", EXIT_REFUSED, N_("Sign the package again")},
	[GY_ERROR_DEVICE_UNSIGNED] = {"device/unsigned", EXIT_REFUSED, N_("Sign it with gantry sign")},
	[GY_ERROR_DEVICE_HASH] = {"device/hash", EXIT_REFUSED,
		N_("Send it again; if it happens again, check the flash")},
	[GY_ERROR_DEVICE_TOO_LARGE] = {"device/too-large", EXIT_REFUSED,
		N_("Compress the images, leave one out, or make the firmware smaller")},
	[GY_ERROR_DEVICE_UNKNOWN_IMAGE] = {"device/unknown-image", EXIT_REFUSED,
		N_("Leave out the image that the device does not know")},
	[GY_ERROR_DEVICE_BURN] = {"device/burn", EXIT_REFUSED,
		N_("Build an upgrade package from its images")},
	[GY_ERROR_DEVICE_OTHER_HARDWARE] = {"device/other-hardware", EXIT_REFUSED,
		N_("Take the package that was built for this board")},
	[GY_ERROR_DEVICE_ROLLBACK] = {"device/rollback", EXIT_REFUSED,
		N_("Take a package whose version is not below the device's lowest")},
	[GY_ERROR_DEVICE_OTHER_IMAGE] = {"device/other-image", EXIT_REFUSED,
		N_("Make the difference against what the board runs, or send the full package")},
	[GY_ERROR_DEVICE_MALFORMED] = {"device/malformed", EXIT_REFUSED,
		N_("Verify the package, or build it again")},
	[GY_ERROR_DEVICE_NOT_SUPPORTED] = {"device/not-supported", EXIT_REFUSED, NULL},
	[GY_ERROR_DEVICE_STORE] = {"device/store", EXIT_REFUSED,
		N_("Try again; if it happens again, check the flash")},
	[GY_ERROR_DEVICE_VERIFY] = {"device/verify", EXIT_REFUSED,
		N_("Look at the device's console for the failing step")},
	[GY_ERROR_DEVICE_ARM] = {"device/arm", EXIT_REFUSED, N_("Try again; look at the device's own code")},

	[GY_ERROR_UPGRADE_NOT_CONFIRMED] = {"upgrade/not-confirmed", EXIT_UPGRADE,
		N_("Look at the device's console, then ask it with gantry info")},
	[GY_ERROR_UPGRADE_ROLLED_BACK] = {"upgrade/rolled-back", EXIT_UPGRADE,
		N_("The old firmware runs; look at the result that the device reports")},
	[GY_ERROR_UPGRADE_FAILED] = {"upgrade/failed", EXIT_UPGRADE,
		N_("Look at the result that the device reports, then flash again")},
	[GY_ERROR_UPGRADE_NO_RESET] = {"upgrade/no-reset", EXIT_UPGRADE, N_("Reset the device by hand")},

	[GY_ERROR_NAME_INVALID] = {"name/invalid", EXIT_HOST, N_("Choose another name")},
	[GY_ERROR_NAME_TAKEN] = {"name/taken", EXIT_HOST,
		N_("Choose another name, or take it away from that port with --remove")},
	[GY_ERROR_NAME_UNKNOWN] = {"name/unknown", EXIT_HOST, N_("Look at the names with gantry devices")},
	[GY_ERROR_NAME_NO_PLACE] = {"name/no-place", EXIT_HOST,
		N_("Name a port that gantry devices lists, or a USB path such as 1-4.2")},

	[GY_ERROR_RESET_SEQUENCE] = {"reset/sequence", EXIT_USAGE, N_("Correct the step at that column")},
	[GY_ERROR_CONSOLE_TIMEOUT] = {"console/timeout", EXIT_LINK,
		N_("Look at what the device printed, or allow more time")},

	[GY_ERROR_RECORDS_OPEN] = {"records/open", EXIT_HOST,
		N_("Check the database's path, its permissions and its disk")},
	[GY_ERROR_RECORDS_OTHER] = {"records/other", EXIT_PACKAGE,
		N_("Name a database that Gantry has made")},
	[GY_ERROR_RECORDS_NEWER] = {"records/newer", EXIT_HOST,
		N_("Use the newer Gantry, or another database")},
	[GY_ERROR_RECORDS_READ] = {"records/read", EXIT_HOST,
		N_("Check the database with sqlite3 and its disk")},
	[GY_ERROR_RECORDS_WRITE] = {"records/write", EXIT_HOST,
		N_("Check the database's permissions, and the free space on its disk")},
	[GY_ERROR_RECORDS_UNKNOWN] = {"records/unknown", EXIT_USAGE,
		N_("Look the number up with gantry records list")},

	[GY_ERROR_PARTITIONS_MALFORMED] = {"partitions/malformed", EXIT_PACKAGE,
		N_("Name a partition table, or an image or a flash that holds one")},
	[GY_ERROR_PARTITIONS_RULE] = {"partitions/rule", EXIT_PACKAGE,
		N_("Correct the partition that is named, and build the table again")},

	[GY_ERROR_JOB_SOME_FAILED] = {"job/some-failed", EXIT_SOME,
		N_("Look at what is said of each device that failed")},
	[GY_ERROR_BOARD_OTHER] = {"board/other", EXIT_PACKAGE,
		N_("Put the right kind of board into the slot")},
	[GY_ERROR_BOARD_NOT_AS_WANTED] = {"board/not-as-wanted", EXIT_UPGRADE,
		N_("Compare what the board reports with what was wanted: [after] of a station file, or "
		   "--version")},
	[GY_ERROR_CHECK_FAILED] = {"check/failed", EXIT_UPGRADE, N_("Look at what the command printed")},
	[GY_ERROR_CHECK_TIMEOUT] = {"check/timeout", EXIT_UPGRADE,
		N_("Look at why the command takes so long, or give it a longer deadline")},
	[GY_ERROR_CHECK_START] = {"check/start", EXIT_HOST,
		N_("Check the command's path and whether it may be run")},
	[GY_ERROR_HOOK_FAILED] = {"hook/failed", EXIT_HOST,
		N_("Run the hook by hand, and look at what it says")},
	[GY_ERROR_SERIAL_PATTERN] = {"serial/pattern", EXIT_PACKAGE,
		N_("Scan the serial number, not another code on the board")},
	[GY_ERROR_SERIAL_CHECK_DIGIT] = {"serial/check-digit", EXIT_PACKAGE, N_("Scan it again")},
	[GY_ERROR_SERIAL_USED] = {"serial/used", EXIT_PACKAGE, N_("Take another serial number")},
	[GY_ERROR_SERIAL_TAKEN] = {"serial/taken", EXIT_PACKAGE,
		N_("Wait until the other board has ended, or take another serial number")},
	[GY_ERROR_SERIAL_NOT_IN_DOUBT] = {"serial/not-in-doubt", EXIT_PACKAGE,
		N_("Look at the list of gantry station serials: there is nothing to decide on others")},
	[GY_ERROR_SERIAL_IN_DOUBT] = {"serial/in-doubt", EXIT_PACKAGE,
		N_("Find its board, and decide with gantry station serials --free or --use")},
	[GY_ERROR_SERIAL_NONE_LEFT] = {"serial/none-left", EXIT_PACKAGE,
		N_("Give the station more serial numbers")},
	[GY_ERROR_SLOT_BUSY] = {"slot/busy", EXIT_HOST, N_("Wait until the board in that slot has ended")},
	[GY_ERROR_SLOT_UNKNOWN] = {"slot/unknown", EXIT_USAGE, N_("Name a slot of the station file")},
	[GY_ERROR_STATION_INVALID] = {"station/invalid", EXIT_PACKAGE,
		N_("Correct the lines that gantry station check names")},
	[GY_ERROR_STATION_BUSY] = {"station/busy", EXIT_HOST,
		N_("Stop the other one, or give this station a name and slots of its own")},
	[GY_ERROR_RECORDS_AWAY] = {"records/away", EXIT_HOST,
		N_("Check the database server and the network; what was queued is delivered later")},

	[GY_ERROR_PATCH_NOT_RECOGNISED] = {"patch/not-recognised", EXIT_PACKAGE,
		N_("Check that it is a patch, and not a package or an image")},
	[GY_ERROR_PATCH_TRUNCATED] = {"patch/truncated", EXIT_PACKAGE, N_("Make or copy the patch again")},
	[GY_ERROR_PATCH_TRAILING] = {"patch/trailing-bytes", EXIT_PACKAGE,
		N_("Make or copy the patch again: a device refuses it after it has erased the old image")},
	[GY_ERROR_PATCH_MALFORMED] = {"patch/malformed", EXIT_PACKAGE, N_("Make or copy the patch again")},
	[GY_ERROR_PATCH_COMPRESSION] = {"patch/compression", EXIT_PACKAGE,
		N_("Make or copy the patch again")},
	[GY_ERROR_PATCH_NOT_SUPPORTED] = {"patch/not-supported", EXIT_PACKAGE,
		N_("Make the patch with LZMA or without compression")},

	[GY_ERROR_STORE_UNKNOWN] = {"store/unknown", EXIT_PACKAGE,
		N_("Look at what is stored with gantry store list")},
	[GY_ERROR_STORE_DAMAGED] = {"store/damaged", EXIT_PACKAGE,
		N_("Add the image again from where it came, or take it away with gantry store remove")},

	[GY_ERROR_DEVICE_SELFTEST] = {"device/self-test", EXIT_UPGRADE,
		N_("Look at the flash part and at what its driver takes for its sector and its page; --seed "
		   "repeats the test")},
};

const char *
gy_error_word(GyError code)
{
	g_return_val_if_fail((unsigned) code < GY_N_ERRORS, "internal/error");

	return table[code].word;
}

static gboolean
is_ours(const GError *error)
{
	return error->domain == GY_ERROR && error->code >= 0 && error->code < GY_N_ERRORS;
}

static gboolean
is_of_the_link(const GError *error)
{
	return error->domain == GY_LINK_ERROR && error->code >= 0 && error->code < GY_LINK_N_ERRORS;
}

const char *
gy_error_code(const GError *error)
{
	g_return_val_if_fail(error != NULL, "internal/error");

	if (is_ours(error))
		return table[error->code].word;
	if (is_of_the_link(error))
		return gy_link_error_word((GyLinkError) error->code);
	if (g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
		return table[GY_ERROR_CANCELLED].word;
	return table[GY_ERROR_INTERNAL].word;
}

const char *
gy_error_next_step(const GError *error)
{
	g_return_val_if_fail(error != NULL, NULL);

	if (is_ours(error))
		return table[error->code].next_step ? _(table[error->code].next_step) : NULL;
	if (is_of_the_link(error))
		return gy_link_error_next_step((GyLinkError) error->code);
	if (g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
		return NULL;
	return _(table[GY_ERROR_INTERNAL].next_step);
}

int
gy_error_exit_status(const GError *error)
{
	g_return_val_if_fail(error != NULL, EXIT_HOST);

	if (is_ours(error))
		return (int) table[error->code].status;
	if (g_error_matches(error, GY_LINK_ERROR, GY_LINK_ERROR_AUTH_REQUIRED) ||
		g_error_matches(error, GY_LINK_ERROR, GY_LINK_ERROR_AUTH_REFUSED))
		return EXIT_KEY;
	if (is_of_the_link(error))
		return EXIT_LINK;
	if (g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
		return EXIT_INTERRUPTED;
	return EXIT_HOST;
}
