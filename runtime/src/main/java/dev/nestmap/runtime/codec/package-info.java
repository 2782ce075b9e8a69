/* SPDX-License-Identifier: Apache-2.0 */
/** Converts Java values to the bytes of C types and back. Generated codecs call it; users do not. */
@NullMarked
package dev.nestmap.runtime.codec;

import org.jspecify.annotations.NullMarked;
