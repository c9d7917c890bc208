create external schema if not exists "lake"
from data catalog database 'lake'
iam_role 'arn:aws:iam::123456789012:role/example-spectrum';

create external schema if not exists "s3_spectrum_random_profile"
from data catalog database 'random_profile'
iam_role 'arn:aws:iam::123456789012:role/example-spectrum';
