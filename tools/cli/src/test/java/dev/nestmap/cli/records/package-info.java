/* SPDX-License-Identifier: Apache-2.0 */
@NullMarked
package dev.nestmap.cli.records;

import org.jspecify.annotations.NullMarked;
