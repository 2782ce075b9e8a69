/* SPDX-License-Identifier: Apache-2.0 */
/** The warnings of the runtime. */
@NullMarked
package dev.nestmap.runtime.internal.log;

import org.jspecify.annotations.NullMarked;
