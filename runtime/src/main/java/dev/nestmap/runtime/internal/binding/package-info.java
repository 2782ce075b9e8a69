/* SPDX-License-Identifier: Apache-2.0 */
/** The implementations of {@code spi}: what the types that generated code passes on consist of. */
@NullMarked
package dev.nestmap.runtime.internal.binding;

import org.jspecify.annotations.NullMarked;
