/* SPDX-License-Identifier: Apache-2.0 */
/** Prints a schema as the C header that BPF programs include. It expects a checked schema: all names are C identifiers, and the kernel accepts
 * the maps. */
@NullMarked
package dev.nestmap.header;

import org.jspecify.annotations.NullMarked;
