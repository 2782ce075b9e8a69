/* SPDX-License-Identifier: Apache-2.0 */
/** The output of the command {@code nestmap}, its options for all commands, and its exit codes. */
@NullMarked
package dev.nestmap.cli.console;

import org.jspecify.annotations.NullMarked;
