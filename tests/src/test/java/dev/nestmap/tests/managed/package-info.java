/* SPDX-License-Identifier: Apache-2.0 */
/** Values with fields that the kernel manages, between records, C and the kernel. */
@NullMarked
package dev.nestmap.tests.managed;

import org.jspecify.annotations.NullMarked;
