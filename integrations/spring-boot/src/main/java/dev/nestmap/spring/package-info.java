/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Nestmap in an application of Spring Boot. Beans of generated classes, such as {@code TrafficBpf}, are loaded objects. {@link
 * dev.nestmap.spring.NestmapProperties} lists the properties, {@link dev.nestmap.spring.NestmapDrain} is for the application's own code.
 */
@NullMarked
package dev.nestmap.spring;

import org.jspecify.annotations.NullMarked;
