// SPDX-License-Identifier: Apache-2.0
#include "app/serial-report.h"

#include "app/text.h"
#include "engine/steady-clock.h"

static GyStyle
style_of(GySerialState state)
{
	switch (state) {
	case GY_SERIAL_CONSUMED: return GY_STYLE_GOOD;
	case GY_SERIAL_IN_DOUBT: return GY_STYLE_WARN;
	default: return GY_STYLE_PLAIN;
	}
}

static char *
safe(const char *text)
{
	return text ? gy_text_safe(text) : g_strdup("-");
}

void
gy_report_serial(const GyOutput *output, const GySerial *serial)
{
	JsonObject *object = gy_json_new("serial");
	g_autofree char *changed = gy_time_stamp(serial->changed_ms * 1000);
	g_autofree char *number = safe(serial->number);
	g_autofree char *station = safe(serial->station);
	g_autofree char *slot = safe(serial->slot);

	gy_output_print(output, "%-24s  ", number);
	gy_output_styled(output, style_of(serial->state), "%-8s", gy_serial_state_word(serial->state));
	gy_output_print(output, "  %.19s  %s slot %s\n", changed, station, slot);
	gy_json_text(object, "series", serial->series);
	gy_json_text(object, "number", serial->number);
	gy_json_text(object, "state", gy_serial_state_word(serial->state));
	gy_json_text(object, "station", serial->station);
	gy_json_text(object, "slot", serial->slot);
	gy_json_text(object, "run", serial->run);
	gy_json_text(object, "changed", changed);
	gy_output_object(output, object);
}
