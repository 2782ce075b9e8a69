/* SPDX-License-Identifier: Apache-2.0 */
/** Reads and changes maps and variables that no record declares. */
@NullMarked
package dev.nestmap.untyped;

import org.jspecify.annotations.NullMarked;
