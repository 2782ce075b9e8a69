/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Entry points for generated code, not for users. Generated code states the version of this interface that it needs, and the runtime checks
 * it.
 */
@NullMarked
package dev.nestmap.runtime.spi;

import org.jspecify.annotations.NullMarked;
