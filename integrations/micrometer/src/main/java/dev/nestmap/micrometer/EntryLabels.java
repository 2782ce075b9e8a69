/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.micrometer;

import io.micrometer.core.instrument.Tags;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The labels of entries: the annotated components of the outer map's key and of the inner map's key. */
final class EntryLabels {
    private final boolean singleOuterComponent;
    private final List<RecordPath> outer;
    private final List<RecordPath> entry;
    private final List<String> names;

    /** @param outerKey the record that declares the outer map; null for a plain map */
    EntryLabels(@Nullable Class<? extends Record> outerKey, Class<? extends Record> entry) {
        // If the record of an outer map has one component, the key is this component and not the record.
        this.singleOuterComponent = outerKey != null && outerKey.getRecordComponents().length == 1;
        this.outer = outerKey == null ? List.of() : RecordPath.annotated(outerKey, MetricLabel.class);
        this.entry = RecordPath.annotated(entry, MetricLabel.class);
        this.names = Stream.concat(outer.stream(), this.entry.stream())
                .map(EntryLabels::name)
                .toList();
        Set<String> known = new HashSet<>();
        Stream.concat(outer.stream(), this.entry.stream()).forEach(path -> {
            if (!known.add(name(path))) {
                throw new IllegalArgumentException(path + " has the label " + name(path)
                        + ", which another component has too: give it another one with @MetricLabel(\"...\")");
            }
        });
    }

    private static String name(RecordPath path) {
        String name = path.annotation(MetricLabel.class).value();
        return name.isEmpty() ? EntryMeters.words(path) : name;
    }

    /** Returns the values of the labels of an entry. */
    List<String> values(@Nullable Object outerKey, Object record) {
        List<String> values = new ArrayList<>(names.size());
        if (outerKey != null) {
            outer.forEach(path -> values.add(text(path.read(outerKey, singleOuterComponent ? 1 : 0))));
        }
        entry.forEach(path -> values.add(text(path.read(record))));
        return values;
    }

    /** Returns the label values of the shared series of all other entries. */
    List<String> others() {
        return names.stream().map(name -> "other").toList();
    }

    Tags tags(List<String> values) {
        Tags tags = Tags.empty();
        for (int i = 0; i < names.size(); i++) {
            tags = tags.and(names.get(i), values.get(i));
        }
        return tags;
    }

    private static String text(@Nullable Object value) {
        // Prometheus can't tell an empty label from an absent one.
        String text = value instanceof InetAddress address ? address.getHostAddress() : String.valueOf(value);
        return text.isEmpty() ? "none" : text;
    }
}
