/* SPDX-License-Identifier: Apache-2.0 */
/** Memory outside the Java heap, for keys and values. */
@NullMarked
package dev.nestmap.runtime.internal.memory;

import org.jspecify.annotations.NullMarked;
