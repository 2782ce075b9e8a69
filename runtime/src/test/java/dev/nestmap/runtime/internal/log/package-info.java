/* SPDX-License-Identifier: Apache-2.0 */
/** Tests of the warnings. */
@NullMarked
package dev.nestmap.runtime.internal.log;

import org.jspecify.annotations.NullMarked;
