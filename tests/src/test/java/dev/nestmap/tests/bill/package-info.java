/* SPDX-License-Identifier: Apache-2.0 */
@NullMarked
package dev.nestmap.tests.bill;

import org.jspecify.annotations.NullMarked;
