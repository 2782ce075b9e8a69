/* SPDX-License-Identifier: Apache-2.0 */
/** Native functions through JNR-FFI. No other package uses a type of JNR. */
@NullMarked
package dev.nestmap.jnr;

import org.jspecify.annotations.NullMarked;
