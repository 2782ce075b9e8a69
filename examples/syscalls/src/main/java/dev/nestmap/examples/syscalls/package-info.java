/* SPDX-License-Identifier: Apache-2.0 */
/** Example: counts the system calls of each user, in an inner map that is created when the user makes the first call. */
@NullMarked
package dev.nestmap.examples.syscalls;

import org.jspecify.annotations.NullMarked;
