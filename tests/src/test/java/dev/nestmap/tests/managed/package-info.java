/* SPDX-License-Identifier: Apache-2.0 */
/** Values with fields that the kernel manages, such as locks, timers and lists. */
@NullMarked
package dev.nestmap.tests.managed;

import org.jspecify.annotations.NullMarked;
