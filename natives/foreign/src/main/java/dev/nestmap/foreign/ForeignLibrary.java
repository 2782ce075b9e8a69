/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.foreign;

import dev.nestmap.natives.NativeFunction;
import dev.nestmap.natives.NativeLibrary;
import java.lang.foreign.SymbolLookup;

/** A library and its symbols. */
record ForeignLibrary(String name, SymbolLookup symbols) implements NativeLibrary {
    @Override
    public NativeFunction function(String function, boolean savesErrno) {
        Symbol symbol = new Symbol(name, function, symbols.find(function).orElse(null));
        return savesErrno ? new ErrnoFunction(symbol) : new PlainFunction(symbol);
    }

    @Override
    public boolean has(String function) {
        return symbols.find(function).isPresent();
    }
}
