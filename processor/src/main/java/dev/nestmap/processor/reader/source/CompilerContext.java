/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.reader.source;

import javax.lang.model.util.Elements;
import javax.lang.model.util.Types;

/** What the compiler offers to those who read source. */
public record CompilerContext(Elements elements, Types types) {}
