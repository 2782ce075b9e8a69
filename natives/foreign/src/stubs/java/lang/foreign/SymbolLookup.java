/* SPDX-License-Identifier: Apache-2.0 */
package java.lang.foreign;

import java.nio.file.Path;
import java.util.Optional;

public interface SymbolLookup {
    Optional<MemorySegment> find(String name);

    static SymbolLookup libraryLookup(String name, Arena arena) {
        throw new AssertionError();
    }

    static SymbolLookup libraryLookup(Path path, Arena arena) {
        throw new AssertionError();
    }
}
