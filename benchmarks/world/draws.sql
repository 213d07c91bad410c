-- What every domain's macros are made of. The world's parameters are macros too, made before this file is read:
-- seed(), user_count(), organization_count(), week_count() and per_user(contract), the signals of a contract per user.
--
-- A learner's signals of a contract are its rows n with n % user_count() = the learner's number; n // user_count() counts
-- them. So rows come roughly in the order of their moments, and the rows beyond the last are the next night's.

create macro as_of() as timestamp '2026-04-01';
create macro world_start() as as_of() - to_days(7 * week_count());

-- A number in [0, 1) that only what is drawn, and for whom, can change.
create macro drawn(what, who) as (hash(seed(), what, who) >> 11) / 9007199254740992.0;
create macro whole(what, who, low, high) as low + floor(drawn(what, who) * (high - low + 1))::bigint;
create macro one_of(what, who, words) as words[whole(what, who, 1, len(words))];

create macro learner(n) as n % user_count();
create macro turn(n) as n // user_count();

-- The moment of a learner's turn among `turns`, which are spread evenly over the world's weeks.
create macro spread(what, n, turns) as
    world_start() + to_seconds(floor((turn(n) + drawn(what, n)) / turns * week_count() * 7 * 86400)::bigint);

create macro user_id(number) as 'user_' || number;
create macro organization_id(number) as 'org_' || number;
create macro organization_of(learner) as organization_id(learner % organization_count());
create macro staff_count() as greatest(4, user_count() // 20);
create macro staff_id(number) as user_id(user_count() + number % staff_count());
