/* SPDX-License-Identifier: Apache-2.0 */
/** Example: counts the flows of each tenant. Java creates, reads and rotates the inner maps that an XDP program fills. */
@NullMarked
package dev.nestmap.examples.tenantflows;

import org.jspecify.annotations.NullMarked;
