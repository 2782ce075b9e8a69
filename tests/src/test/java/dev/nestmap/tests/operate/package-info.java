/* SPDX-License-Identifier: Apache-2.0 */
/** Tests of the commands for operators, on the pins of services. */
@NullMarked
package dev.nestmap.tests.operate;

import org.jspecify.annotations.NullMarked;
