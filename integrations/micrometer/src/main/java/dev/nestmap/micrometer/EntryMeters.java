/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.micrometer;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The meters of the entries of one record. Label sets beyond the limit share one series, whose labels are {@code other}. */
final class EntryMeters {
    private static final Set<Class<?>> WHOLE_NUMBERS =
            Set.of(byte.class, short.class, int.class, long.class, Byte.class, Short.class, Integer.class, Long.class);

    /** The largest unsigned number of nanoseconds, about 584 years, and its seconds. */
    private static final long MOST_NANOS = -1;

    private static final long MOST_SECONDS = Long.divideUnsigned(MOST_NANOS, TimeUnit.SECONDS.toNanos(1)) - 1;

    /** The beginning of a word in a Java name. */
    private static final String WORD = "(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])";

    private final MeterRegistry registry;
    private final Tags tags;
    private final int limit;
    private final boolean singleOuterComponent;
    private final List<ComponentPath> outerLabels;
    private final List<ComponentPath> entryLabels;
    private final List<String> labels;
    private final List<ComponentPath> counters;
    private final List<ComponentPath> gauges;
    private final List<MultiGauge> multiGauges = new ArrayList<>();
    private final Map<List<String>, @Nullable Counter[]> counted = new HashMap<>();
    private final @Nullable Counter[] others;
    private final Map<List<String>, double[]> measured = new HashMap<>();
    private final Set<List<String>> measuredBefore = new HashSet<>();

    EntryMeters(
            MeterRegistry registry,
            @Nullable Class<? extends Record> outerKey,
            Class<? extends Record> entry,
            int limit,
            Tags tags) {
        this.registry = registry;
        this.tags = tags;
        this.limit = limit;
        // If the record of an outer map has one component, the key is this component and not the record.
        this.singleOuterComponent = outerKey != null && outerKey.getRecordComponents().length == 1;
        this.outerLabels = outerKey == null ? List.of() : ComponentPath.annotated(outerKey, MetricLabel.class);
        this.entryLabels = ComponentPath.annotated(entry, MetricLabel.class);
        this.labels = labels(Stream.concat(outerLabels.stream(), entryLabels.stream()));
        this.counters = ComponentPath.annotated(entry, CounterMetric.class);
        this.gauges = ComponentPath.annotated(entry, GaugeMetric.class);
        this.others = new Counter[counters.size()];
        if (limit < 1) {
            throw new IllegalArgumentException("the limit of series is " + limit + ", but must be at least 1");
        }
        if (counters.isEmpty() && gauges.isEmpty()) {
            throw new IllegalArgumentException("record " + entry.getSimpleName()
                    + " has no metric: annotate components of its value with @CounterMetric or @GaugeMetric");
        }
        counters.forEach(path -> requireNumber(path, false));
        for (ComponentPath path : gauges) {
            requireNumber(path, true);
            GaugeMetric metric = path.annotation(GaugeMetric.class);
            multiGauges.add(MultiGauge.builder(name(metric.value(), path))
                    .description(description(metric.description(), path))
                    .tags(tags)
                    .register(registry));
        }
    }

    private static void requireNumber(ComponentPath path, boolean gauge) {
        Class<?> type = path.component().getType();
        boolean valid = WHOLE_NUMBERS.contains(type) || type == Duration.class || (gauge && type == boolean.class);
        if (!valid) {
            throw new IllegalArgumentException(path + " is a " + type.getSimpleName() + ", which can't be a "
                    + (gauge ? "gauge" : "counter") + ": annotate whole numbers"
                    + (gauge ? ", booleans" : "") + " and durations only");
        }
    }

    private static List<String> labels(Stream<ComponentPath> paths) {
        List<String> names = new ArrayList<>();
        paths.forEach(path -> {
            String given = path.annotation(MetricLabel.class).value();
            String name = given.isEmpty() ? words(path) : given;
            if (names.contains(name)) {
                throw new IllegalArgumentException(path + " has the label " + name
                        + ", which another component has too: give it another one with @MetricLabel(\"...\")");
            }
            names.add(name);
        });
        return names;
    }

    /** Returns the values of the labels of an entry. */
    List<String> labels(@Nullable Object outerKey, Object record) {
        List<String> values = new ArrayList<>(labels.size());
        if (outerKey != null) {
            outerLabels.forEach(path -> values.add(text(path.read(outerKey, singleOuterComponent ? 1 : 0))));
        }
        entryLabels.forEach(path -> values.add(text(path.read(record))));
        return values;
    }

    /** Returns the label values of the shared series of all other entries. */
    private List<String> otherLabels() {
        return labels.stream().map(name -> "other").toList();
    }

    private Tags tags(List<String> values) {
        Tags all = Tags.empty();
        for (int i = 0; i < labels.size(); i++) {
            all = all.and(labels.get(i), values.get(i));
        }
        return all;
    }

    private static String text(@Nullable Object value) {
        // Prometheus can't tell an empty label from an absent one.
        String text = value instanceof InetAddress address ? address.getHostAddress() : String.valueOf(value);
        return text.isEmpty() ? "none" : text;
    }

    /** Returns the counts of an entry, summed over CPUs. */
    long[] counts(List<?> records) {
        long[] counts = new long[counters.size()];
        for (int i = 0; i < counts.length; i++) {
            for (Object record : records) {
                counts[i] += bits(counters.get(i).read(record));
            }
        }
        return counts;
    }

    /** Adds to the counters: to all of them, or to none if there is no memory for one. */
    void count(List<String> values, long[] increments) {
        boolean own = counted.containsKey(values) || counted.size() < limit;
        @Nullable Counter[] series = own ? counted.computeIfAbsent(values, this::series) : others;
        for (int i = 0; i < increments.length; i++) {
            if (increments[i] != 0 && series[i] == null) {
                series[i] = register(i, own ? values : otherLabels());
            }
        }
        for (int i = 0; i < increments.length; i++) {
            Counter counter = series[i];
            if (increments[i] != 0 && counter != null) {
                counter.increment(amount(counters.get(i), increments[i]));
            }
        }
    }

    /** Returns the counters of one label set. A counter is registered at its first increment. */
    private @Nullable Counter[] series(List<String> values) {
        return new Counter[counters.size()];
    }

    private Counter register(int index, List<String> values) {
        ComponentPath path = counters.get(index);
        CounterMetric metric = path.annotation(CounterMetric.class);
        return Counter.builder(name(metric.value(), path))
                .description(description(metric.description(), path))
                .tags(tags.and(tags(values)))
                .register(registry);
    }

    /** Returns the number of label sets that have their own series. */
    int series() {
        return Math.max(counted.size(), measuredBefore.size());
    }

    boolean hasGauges() {
        return !gauges.isEmpty();
    }

    /** Begins an update of the gauges. Forgets the measurements of an update that failed. */
    void beginMeasuring() {
        measured.clear();
    }

    /** Adds the values of an entry to the gauges for the next {@link #showGauges}. */
    void measure(List<String> values, List<?> records) {
        double[] sums = measured.computeIfAbsent(values, absent -> new double[gauges.size()]);
        for (int i = 0; i < sums.length; i++) {
            for (Object record : records) {
                sums[i] += number(gauges.get(i).read(record));
            }
        }
    }

    /** Shows the gauges of all entries measured since {@link #beginMeasuring}. Series of other entries disappear. */
    void showGauges() {
        Map<List<String>, double[]> shown = new HashMap<>();
        measuredBefore.retainAll(measured.keySet()); // a label set keeps its series
        measured.forEach((values, sums) -> {
            boolean own = measuredBefore.contains(values) || measuredBefore.size() < limit;
            if (own) {
                measuredBefore.add(values);
            }
            shown.merge(own ? values : otherLabels(), sums, EntryMeters::sum);
        });
        for (int i = 0; i < multiGauges.size(); i++) {
            List<MultiGauge.Row<?>> rows = new ArrayList<>();
            for (Map.Entry<List<String>, double[]> row : shown.entrySet()) {
                rows.add(MultiGauge.Row.of(tags(row.getKey()), row.getValue()[i]));
            }
            multiGauges.get(i).register(rows, true);
        }
    }

    private static double[] sum(double[] a, double[] b) {
        double[] sums = a.clone();
        for (int i = 0; i < sums.length; i++) {
            sums[i] += b[i];
        }
        return sums;
    }

    private static String name(String given, ComponentPath path) {
        return given.isEmpty()
                ? path.owner().getSimpleName().replaceAll(WORD, ".").toLowerCase(Locale.ROOT) + "." + words(path)
                : given;
    }

    /** Returns the words of a component's name with dots between them, as Micrometer requires. Prometheus shows underscores instead. */
    private static String words(ComponentPath path) {
        return path.component().getName().replaceAll(WORD, ".").toLowerCase(Locale.ROOT);
    }

    private static String description(String given, ComponentPath path) {
        return given.isEmpty()
                ? "The " + words(path).replace('.', ' ') + " of a "
                        + path.owner().getSimpleName()
                : given;
    }

    /** Reads a count as unsigned, see {@link CounterMetric}. */
    private static long bits(@Nullable Object value) {
        if (value instanceof Duration time) {
            return time.getSeconds() > MOST_SECONDS
                    ? MOST_NANOS
                    : time.getSeconds() * TimeUnit.SECONDS.toNanos(1) + time.getNano();
        }
        if (value instanceof Integer number) {
            return Integer.toUnsignedLong(number);
        }
        if (value instanceof Short number) {
            return Short.toUnsignedLong(number);
        }
        if (value instanceof Byte number) {
            return Byte.toUnsignedLong(number);
        }
        return value instanceof Long number ? number : 0;
    }

    private static double amount(ComponentPath path, long increment) {
        double unsigned = increment >= 0 ? increment : (increment >>> 1) * 2.0 + (increment & 1);
        return path.component().getType() == Duration.class ? unsigned / TimeUnit.SECONDS.toNanos(1) : unsigned;
    }

    private static double number(@Nullable Object value) {
        if (value instanceof Duration time) {
            return time.getSeconds() + time.getNano() / (double) TimeUnit.SECONDS.toNanos(1);
        }
        if (value instanceof Boolean set) {
            return set ? 1 : 0;
        }
        return value instanceof Number number ? number.doubleValue() : Double.NaN;
    }
}
