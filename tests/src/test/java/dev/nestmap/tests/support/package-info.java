/* SPDX-License-Identifier: Apache-2.0 */
/** What each map type can do on the kernel that the tests run on: {@code docs/support.md} is written from it. */
@NullMarked
package dev.nestmap.tests.support;

import org.jspecify.annotations.NullMarked;
