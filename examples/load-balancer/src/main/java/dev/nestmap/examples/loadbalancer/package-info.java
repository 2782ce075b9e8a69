/* SPDX-License-Identifier: Apache-2.0 */
/** Example: balances datagrams over backends. Each service has a Maglev table in an inner map, which is replaced as a whole. */
@NullMarked
package dev.nestmap.examples.loadbalancer;

import org.jspecify.annotations.NullMarked;
