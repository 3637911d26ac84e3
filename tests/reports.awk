# What this program tells of a combined log, as an awk script: a report every `interval` seconds,
# alerts above 10/s in 120 s, a summary. It takes for granted what the program does not: lines in
# order of time and of one month, requests of three words, no name with a space, no control bytes.
#
#     mawk -v interval=10 -f tests/reports.awk access.log

function judge(upto) {
    while (judged < upto) {
        judged++
        total += second[judged] - second[judged - 120]
        delete second[judged - 120]
        if (total > 1200 && !firing) { firing = 1; print "alert", total, judged }
        if (total < 1200 && firing) { firing = 0; print "recovered", total, judged }
    }
}

function top(counts, most,    name, number, size, place, names, numbers) {
    for (name in counts) {
        number = counts[name]
        if (size == most && number <= numbers[most]) continue
        place = size < most ? ++size : most
        for (; place > 1 && numbers[place - 1] < number; place--) {
            numbers[place] = numbers[place - 1]; names[place] = names[place - 1]
        }
        numbers[place] = number; names[place] = name
    }
    for (place = 1; place <= size; place++)
        print names[place], numbers[place], bytes[names[place]], errors[names[place]]
}

function report(    name, different) {
    if (!n) return
    for (name in clients) { different++; all_clients[name] += clients[name] }
    print "report", page * interval, n, sum, different
    for (name in status) { print name, status[name]; all_status[name] += status[name] }
    for (name in methods) { print name, methods[name]; all_methods[name] += methods[name] }
    for (name in hits) {
        all_hits[name] += hits[name]; all_bytes[name] += bytes[name]
        all_errors[name] += errors[name]
    }
    for (name in failing) all_failing[name] += failing[name]
    top(hits, 10); top(clients, 3); top(failing, 3)
    print "average", total / 120
    all += n; all_sum += sum; n = sum = 0
    split("", hits); split("", bytes); split("", errors); split("", clients)
    split("", failing); split("", status); split("", methods)
}

$4 != time {
    if (substr($4, 1, 1) != "[") next
    time = $4
    now = ((substr(time, 2, 2) * 24 + substr(time, 14, 2)) * 60 + substr(time, 17, 2)) * 60
    now += substr(time, 20, 2)
    if (!judged) judged = now - 1
    judge(now - 1)
    if (int(now / interval) != page) { report(); page = int(now / interval) }
}

{
    url = $7; sub(/\?.*/, "", url); split(url, path, "/"); section = "/" path[2]
    n++; second[now]++; hits[section]++; bytes[section] += $10; sum += $10; status[$9]++
    clients[$1]++; methods[substr($6, 2)]++
    if ($9 >= 400) { errors[section]++; failing[$9 " " url]++ }
}

END {
    judge(now); report()
    for (name in all_hits) print name, all_hits[name], all_bytes[name], all_errors[name]
    for (name in all_status) print name, all_status[name]
    for (name in all_methods) print name, all_methods[name]
    for (name in all_clients) different++
    print all, all_sum, different
    top(all_failing, 3)
}
