/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.reader.source;

import javax.lang.model.util.Elements;
import javax.lang.model.util.Types;

/** The compiler's utilities for elements and types. */
public record CompilerContext(Elements elements, Types types) {}
