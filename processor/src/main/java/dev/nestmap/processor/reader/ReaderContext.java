/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.reader;

import javax.lang.model.util.Elements;
import javax.lang.model.util.Types;

/** What the compiler offers to those who read source. */
record ReaderContext(Elements elements, Types types) {}
