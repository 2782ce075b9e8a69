/* SPDX-License-Identifier: Apache-2.0 */
/** Native functions through java.lang.foreign. */
@NullMarked
package dev.nestmap.foreign;

import org.jspecify.annotations.NullMarked;
