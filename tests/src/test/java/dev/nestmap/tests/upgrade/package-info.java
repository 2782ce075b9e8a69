/* SPDX-License-Identifier: Apache-2.0 */
@NullMarked
package dev.nestmap.tests.upgrade;

import org.jspecify.annotations.NullMarked;
