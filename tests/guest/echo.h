// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "protocol/host/transport/transport.h"

/** echo_run: sends 64 KiB to a device that gives them back, sending and receiving at the same time. */
void echo_run(GyTransport *transport);
