/* SPDX-License-Identifier: Apache-2.0 */
/** Arrays in memory that programs and user space share. */
@NullMarked
package dev.nestmap.tests.views;

import org.jspecify.annotations.NullMarked;
