/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.model;

import java.util.List;

/**
 * The pin of a map.
 *
 * @param path an absolute path, or a path below the directory that is set at load
 * @param inners whether the inner maps are also pinned
 * @param was the names that it had in earlier versions, in the same directory
 */
public record PinModel(String path, boolean inners, List<String> was) {}
