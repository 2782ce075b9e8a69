/* SPDX-License-Identifier: Apache-2.0 */
/** Finds maps of the kernel, and turns their entries into texts by BTF. */
@NullMarked
package dev.nestmap.cli.value;

import org.jspecify.annotations.NullMarked;
