/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.schema;

import java.util.AbstractList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.RandomAccess;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** An immutable list that finds its elements by their names. An object from a file can have many thousands. */
final class NamedList<T> extends AbstractList<T> implements RandomAccess {
    private final List<T> list;
    private final Function<T, String> name;
    private @Nullable Map<String, T> byName;

    private NamedList(List<T> list, Function<T, String> name) {
        this.list = list;
        this.name = name;
    }

    /** A copy of a list; the list itself if it is such a copy. */
    static <T> List<T> copyOf(List<T> list, Function<T, String> name) {
        return list instanceof NamedList ? list : new NamedList<>(List.copyOf(list), name);
    }

    /** The first element with this name. */
    static <T> Optional<T> find(List<T> list, String name) {
        return ((NamedList<T>) list).find(name);
    }

    private Optional<T> find(String wanted) {
        Map<String, T> index = byName;
        if (index == null) {
            Map<String, T> found = new HashMap<>();
            for (T element : list) {
                found.putIfAbsent(name.apply(element), element);
            }
            // Threads that see null make an equal index. Those that see it see all of it, because its fields are final.
            index = Map.copyOf(found);
            byName = index;
        }
        return Optional.ofNullable(index.get(wanted));
    }

    @Override
    public T get(int index) {
        return list.get(index);
    }

    @Override
    public int size() {
        return list.size();
    }
}
