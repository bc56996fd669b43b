/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PARAMETER_H
#define PARAMETER_H

const char *GetIncrementalVersion(void);
const char *GetSerial(void);

#endif
