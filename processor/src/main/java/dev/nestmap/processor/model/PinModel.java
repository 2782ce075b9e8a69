/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.model;

/**
 * Where a map is pinned.
 *
 * @param path an absolute path, or a path below the directory that is set at load
 * @param inners whether the inner maps are pinned too
 */
public record PinModel(String path, boolean inners) {}
