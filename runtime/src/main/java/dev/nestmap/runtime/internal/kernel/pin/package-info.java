/* SPDX-License-Identifier: Apache-2.0 */
/** Pins in BPF file systems, and the check that no other user controls their directories. */
@NullMarked
package dev.nestmap.runtime.internal.kernel.pin;

import org.jspecify.annotations.NullMarked;
