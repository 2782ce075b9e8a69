/* SPDX-License-Identifier: Apache-2.0 */
/** Memory outside the Java heap that keys and values are written to. */
@NullMarked
package dev.nestmap.runtime.internal.memory;

import org.jspecify.annotations.NullMarked;
